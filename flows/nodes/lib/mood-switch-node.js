const { MoodWatch, moodTopic, parseMoods } = require('./moods.js');
const { listen } = require('./listen.js');
const { moodStatus } = require('./mood-status.js');

/** A switch: sends whatever comes in on by the mood that holds at that moment. */
module.exports = (RED) => {
  function MoodSwitchNode(config) {
    RED.nodes.createNode(this, config);
    const broker = RED.nodes.getNode(config.broker);
    const show = moodStatus(RED, this);
    const outputs = (config.rules ?? []).map(({ moods }) => parseMoods(moods));
    const watch = new MoodWatch({ confidence: Number(config.confidence) || 0 });
    if (broker) {
      show(undefined);
      listen(this, broker, moodTopic(config.base, config.camera), (text, { retained }) => {
        watch.hear(text, { retained, nowMs: Date.now() });
        show(watch.present(Date.now()));
      });
    } else {
      this.status({ fill: 'red', shape: 'ring', text: RED._('mood.status.no-broker') });
    }

    this.on('input', (message, send, done) => {
      const mood = watch.present(Date.now());
      const first = mood ? outputs.findIndex((moods) => moods.has(mood.name)) : -1;
      // The last output is for all the rest, and for when no mood is known.
      const taken = first === -1 ? outputs.length : first;
      message.mood = mood?.name;
      send(Array.from({ length: outputs.length + 1 }, (_, output) => (output === taken ? message : null)));
      done();
    });
  }
  RED.nodes.registerType('mood switch', MoodSwitchNode);
};
