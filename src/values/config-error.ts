/** The environment, or a file that it names, is not as it should be. The message has a line for each problem. */
export class ConfigError extends Error {}
