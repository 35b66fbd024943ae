const { MoodWatch, moodTopic, parseMoods } = require('./moods.js');
const { listen } = require('./listen.js');
const { moodStatus } = require('./mood-status.js');

/** A source: sends a message when the mood at a camera, or of the home, is another one. */
module.exports = (RED) => {
  function MoodNode(config) {
    RED.nodes.createNode(this, config);
    const broker = RED.nodes.getNode(config.broker);
    const show = moodStatus(RED, this);
    if (!broker) {
      this.status({ fill: 'red', shape: 'ring', text: RED._('mood.status.no-broker') });
      return;
    }
    const from = parseMoods(config.from);
    const to = parseMoods(config.to);
    const watch = new MoodWatch({ confidence: Number(config.confidence) || 0 });
    const onlyFresh = config.fresh !== false;
    const onlyChanges = config.changes !== false;
    show(undefined);

    listen(this, broker, moodTopic(config.base, config.camera), (text, { topic, retained }) => {
      const news = watch.hear(text, { retained, nowMs: Date.now() });
      show(watch.present(Date.now()));
      if (!news || (onlyFresh && !news.fresh) || (onlyChanges && !news.changed)) return;
      if (!to.has(news.mood.name)) return;
      // With a list of moods to come from, one must have been known.
      if (config.from && !(news.previous && from.has(news.previous.name))) return;
      this.send({
        topic,
        payload: news.mood.payload,
        mood: news.mood.name,
        previous: news.previous?.name,
        camera: config.camera || undefined,
      });
    });
  }
  RED.nodes.registerType('mood', MoodNode);
};
