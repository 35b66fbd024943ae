/**
 * Subscribes a node to a topic over Node-RED's own mqtt-broker configuration node, until the node closes. `hear` is
 * called with each payload, and whether the broker had kept it from before we asked.
 */
function listen(node, broker, topic, hear) {
  // Some other node may read the same topic with MQTT 5 and "keep retain flag"; then live messages are flagged, too. So
  // only the first message of a connection, which is when a broker sends what it kept, is taken for an old one.
  let first = true;
  let watched;
  const onClose = () => {
    first = true;
  };
  const unwatch = () => watched?.removeListener('close', onClose);
  broker.register(node);
  broker.subscribe(
    topic,
    { qos: 1, rap: false },
    (heardTopic, payload, packet) => {
      if (broker.client !== watched) {
        unwatch();
        watched = broker.client;
        watched?.on('close', onClose);
      }
      const retained = Boolean(packet?.retain) && first;
      first = false;
      hear(payload.toString(), { topic: heardTopic, retained });
    },
    node.id,
  );
  node.on('close', (removed, done) => {
    unwatch();
    broker.unsubscribe(topic, node.id, removed);
    broker.deregister(node, done, removed);
  });
}

module.exports = { listen };
