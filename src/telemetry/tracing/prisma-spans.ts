import { setGlobalTracingHelper, type TracingHelper } from '@prisma/instrumentation-contract';
import { below, currentScope, endAfter, runIn, startSpan } from './spans.js';

/** Where Prisma has no traced request to work for. */
const notTraced = '00-10-10-00';

/** Prisma's own seam for spans, which `@prisma/instrumentation` fills too. Its names are that package's. */
const helper: TracingHelper = {
  isEnabled: () => currentScope() !== undefined,
  // For engines that run elsewhere, and here none does; nor do any spans come from there.
  getTraceParent: () => notTraced,
  dispatchEngineSpans: (_spans, events, emitLogEvent) => {
    for (const event of events) emitLogEvent(event);
  },
  getActiveContext: () => currentScope()?.context,
  runInChildSpan: (nameOrOptions, callback) => {
    const options = typeof nameOrOptions === 'string' ? { name: nameOrOptions } : nameOrOptions;
    const scope = currentScope();
    // Each statement has its span from the connection that it goes through.
    if (!scope || options.internal === true || options.name === 'db_query') return callback();
    const parent = { ...scope, context: options.context ?? scope.context };
    const span = startSpan(parent, 'prisma', `prisma:client:${options.name}`, options);
    const inner = below(parent, span);
    const work = () => callback(span, inner.context);
    return endAfter(span, () => (options.active === false ? work() : runIn(inner, work)));
  },
};

/** For the whole process, since Prisma knows no other way; outside of traced requests it does nothing. */
export function tracePrisma(): void {
  setGlobalTracingHelper(helper);
}
