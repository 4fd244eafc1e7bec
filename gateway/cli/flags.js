/**
 * How the program wants its Node. Pictures and video pass through in buffers outside V8's heap; with the small heap it
 * begins with, V8 collects every two seconds, half of all CPU time of the main process. Room from the start makes it
 * wait.
 */
export const NODE_FLAGS = ["--initial-heap-size=96"];

/**
 * Looking up a host name blocks a thread for as long as its name server is silent, in half of this pool at most: so
 * many names may hang while others are still found (`ops/health/names.ts`).
 */
export const NODE_ENVIRONMENT = { UV_THREADPOOL_SIZE: "64" };
