// An address in a field, and a button that copies it.

export default function ({ data, parentElement }) {
  return unlessOvertaken(() => show(data, parentElement));
}

function show(data, parentElement) {
  const [field, button] = ["input", "button"].map((tag) => parentElement.querySelector(tag));
  field.value = data.address;
  field.ariaLabel = data.label;
  button.ariaLabel = `Copy: ${data.label}`;
  button.textContent = "Copy";
  field.onfocus = () => field.select();
  button.onclick = async () => {
    button.textContent = (await copied(field)) ? "Copied" : "Press Ctrl+C";
  };
}

// Over plain HTTP browsers offer pages no clipboard, but let them copy the selection.
async function copied(field) {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.focus();
    field.select();
    return document.execCommand("copy");
  }
}
