// A button for each K, with a bar as high as its BIC; components_control.py describes the data.

export default function ({ data, parentElement, setTriggerValue }) {
  return unlessOvertaken(() => show(data, parentElement, (k) => setTriggerValue("taken", k)));
}

function show({ bars, current, sentence }, parentElement, take) {
  const group = parentElement.querySelector(".bars");
  const hadFocus = group.contains(group.getRootNode().activeElement);
  while (group.children.length > bars.length) group.lastChild.remove();
  while (group.children.length < bars.length) group.append(newButton());
  const mark = (k) => {
    for (const button of group.children) {
      const chosen = Number(button.textContent) === k;
      button.ariaPressed = chosen;
      button.tabIndex = chosen ? 0 : -1;
      if (chosen && hadFocus) button.focus();
    }
  };
  bars.forEach(({ k, words, height }, place) => {
    const button = group.children[place];
    button.lastChild.textContent = k;
    button.ariaLabel = button.title = words;
    button.classList.toggle("known", height !== null);
    button.style.setProperty("--height", height ?? 0);
    button.onclick = () => {
      mark(k); // at once: the answer of the server takes a moment
      take(k);
    };
  });
  mark(current);
  group.onkeydown = (event) => move(event, group);
  parentElement.querySelector("p").textContent = sentence;
}

function newButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.append(document.createElement("i"), document.createElement("span"));
  return button;
}

// One button is in the way of the Tab key; arrows reach the others, Enter takes one.
function move(event, group) {
  const buttons = [...group.children];
  const at = buttons.indexOf(event.target);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (to === undefined || !buttons[to]) return;
  event.preventDefault();
  buttons[to].focus();
}
