// Makes a chart for each element and passes messages to it. chart.py describes their content, message.py their form.
// Streamlit loads a component as one script: chart.py joins the others to this one.

const charts = new WeakMap(); // the Chart of each element that Streamlit passes

export default function ({ data, parentElement, setStateValue, setTriggerValue }) {
  return living(charts, parentElement, () => new Chart(parentElement), (chart) => {
    chart.tell = { state: setStateValue, trigger: setTriggerValue };
    chart.receive(data);
  });
}
