import { table } from './report.js';

/**
 * Self time by package, of the last seconds of a CPU profile.
 *
 * @param {{ nodes: object[], samples: number[], timeDeltas: number[] }} profile
 * @param {number} lastSeconds
 * @returns {Map<string, number>} microseconds
 */
export function selfMicros({ nodes, samples, timeDeltas }, lastSeconds) {
  const packageOfNode = new Map();
  const visit = (node, above) => {
    const own = packageOf(node.callFrame) ?? above;
    packageOfNode.set(node.id, own);
    for (const child of node.children ?? []) visit(byId.get(child), own);
  };
  const byId = new Map(nodes.map((node) => [node.id, node]));
  visit(nodes[0], '(other)');

  const found = new Map();
  let left = lastSeconds * 1e6;
  for (let index = samples.length - 1; index >= 0 && left > 0; index -= 1) {
    const name = packageOfNode.get(samples[index]);
    found.set(name, (found.get(name) ?? 0) + timeDeltas[index]);
    left -= timeDeltas[index];
  }
  return found;
}

/** @returns {string | undefined} undefined for what is built into V8: it counts for who calls it */
function packageOf({ functionName, url }) {
  if (url.startsWith('node:')) return url.replace(/^(node:internal\/[^/]+|node:[^/]+).*/, '$1');
  const inModules = url.lastIndexOf('/node_modules/');
  if (inModules >= 0) return /^(@[^/]+\/[^/]+|[^/]+)/.exec(url.slice(inModules + '/node_modules/'.length))[0];
  const own = /\/dist\/(?:generated\/)?([^/]+)/.exec(url);
  if (own) return `stipend: ${own[1]}`;
  return url === '' && functionName.startsWith('(') && functionName !== '(root)' ? functionName : undefined;
}

const idle = ['(idle)'];
const leastShare = 0.01;

/** @returns {string} Markdown: where a request's microseconds go */
export function profileTable({ id, title }, self, { requests, perRequest }) {
  const parts = [...self].filter(([name]) => !idle.includes(name)).sort(([, a], [, b]) => b - a);
  const sum = parts.reduce((total, [, micros]) => total + micros, 0);
  const large = parts.filter(([, micros]) => micros / sum >= leastShare);
  const rest = sum - large.reduce((total, [, micros]) => total + micros, 0);
  const rows = [...large, ['(the rest)', rest]].map(([name, micros]) => [
    name,
    (micros / requests).toFixed(1),
    `${((micros / sum) * 100).toFixed(1)} %`,
  ]);
  const note = `${perRequest.toFixed(0)} µs of CPU a request over ${requests} requests, the profiler's own included.`;
  return `**${id}** ${title}\n\n${note}\n\n${table([['package', 'self µs', 'share'], ...rows])}`;
}
