// Mounts charts and keeps them in place. chart.py says what arrives, chart_message.py how.
// Streamlit loads a component as one script: chart.py joins the others to this one.

const charts = new WeakMap(); // the element that Streamlit gives us -> its Chart

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  return living(charts, parentElement, () => new Chart(parentElement), (chart) => {
    chart.tell = { state: setStateValue, trigger: setTriggerValue };
    chart.receive(data);
  });
}
