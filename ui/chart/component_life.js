// Connects Streamlit's calls of a component with the object that lives in its element as long as the element.

// If two messages come in quick succession, Streamlit may make the call for the newer one first, because its script's
// loads may end in either order; it then cleans up the overtaken call at once. So a call takes effect one task later,
// unless it was cleaned up before.
function unlessOvertaken(act) {
  const asked = setTimeout(act);
  return () => clearTimeout(asked);
}

// Passes a message to the object of `parent`, which `make` makes if there is none yet; returns the cleanup for Streamlit.
function living(things, parent, make, receive) {
  const take = () => {
    if (!things.has(parent)) things.set(parent, make());
    receive(things.get(parent));
  };
  const leave = () => {
    if (parent.isConnected) return; // only the call ended: the element is still on the page
    things.get(parent)?.remove();
    things.delete(parent);
  };
  const overtaken = unlessOvertaken(take);
  return () => {
    overtaken();
    setTimeout(leave);
  };
}
