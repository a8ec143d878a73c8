// Streamlit's calls of a component, and what lives in its element from the first of them until the element is gone.

// Where two messages follow closely, Streamlit may call for the newer one first (its script's loads may end in either
// order); the call that was overtaken gets its cleanup at once. So a call counts a task later, unless it is over by then.
function unlessOvertaken(act) {
  const asked = setTimeout(act);
  return () => clearTimeout(asked);
}

// Has what lives in `parent`, made by `make` if nothing does yet, receive a message; returns Streamlit's cleanup.
function living(things, parent, make, receive) {
  const take = () => {
    if (!things.has(parent)) things.set(parent, make());
    receive(things.get(parent));
  };
  const leave = () => {
    if (parent.isConnected) return; // only that call is over
    things.get(parent)?.remove();
    things.delete(parent);
  };
  const overtaken = unlessOvertaken(take);
  return () => {
    overtaken();
    setTimeout(leave);
  };
}
