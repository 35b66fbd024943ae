/** Shows a node's present mood below it; grey once it is stale. Returns the function that shows, and ends with the node. */
function moodStatus(RED, node) {
  let timer;
  node.on('close', () => clearTimeout(timer));
  return (mood) => {
    clearTimeout(timer);
    if (!mood) {
      node.status({ fill: 'grey', shape: 'ring', text: RED._('mood.status.unknown') });
      return;
    }
    const name = RED._(`mood.moods.${mood.name}`);
    const text = mood.name === 'nobody' ? name : `${name} ${Math.round(mood.confidence * 100)} %`;
    const leftMs = mood.validUntilMs - Date.now();
    const stale = () => node.status({ fill: 'grey', shape: 'ring', text: `${text} (${RED._('mood.status.stale')})` });
    if (leftMs <= 0) {
      stale();
      return;
    }
    node.status({ fill: mood.name === 'uncertain' ? 'yellow' : 'green', shape: 'dot', text });
    if (leftMs < 2 ** 31) timer = setTimeout(stale, leftMs);
  };
}

module.exports = { moodStatus };
