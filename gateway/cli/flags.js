/**
 * How the program wants its Node. Pictures and video pass through in buffers outside V8's heap; with the small heap it
 * begins with, V8 collects every two seconds, half of all CPU time of the main process. Room from the start makes it wait.
 */
export const NODE_FLAGS = ["--initial-heap-size=96"];
