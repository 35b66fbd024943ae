const mood = require('../lib/mood-node.js');
const moodSwitch = require('../lib/mood-switch-node.js');

module.exports = (RED) => {
  mood(RED);
  moodSwitch(RED);
};
