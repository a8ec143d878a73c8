// What lives in a component's element from one run of Streamlit's to the next, and until the element is gone.

// [the thing that lives in `parent`, made by `make` if there is none, and the cleanup that Streamlit asks for].
function living(things, parent, make) {
  const thing = things.get(parent) ?? make();
  things.set(parent, thing);
  // When two messages follow closely, Streamlit calls the first run's cleanup about when the second runs: only
  // a cleanup that no other run follows means that the element is gone.
  const run = (thing.run = Symbol("run"));
  const cleanup = () => setTimeout(() => {
    if (thing.run !== run) return;
    things.delete(parent);
    thing.remove();
  });
  return [thing, cleanup];
}
