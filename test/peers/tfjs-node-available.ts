import { loadTfjsNode, type Tf } from '../../src/peers/tensorflow.ts';
import { available } from './available.ts';

/** TensorFlow.js on TensorFlow's own library. */
export const TFJS_NODE: Tf | undefined = available('tfjs-node', 'MOODSTAT_NO_TFJS_NODE', loadTfjsNode);
