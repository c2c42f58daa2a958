import type { OperationTypeNode } from 'graphql';
import type { Viewer } from '../accounts/viewer.js';

/** What the log line and the metrics of a request say of its operation, collected while it is served. */
export interface RequestFacts {
  viewer?: Viewer;
  /** Cut to a length that can be logged. */
  operationName?: string;
  /** True when the document is valid and the operation is in it. */
  operationResolved?: boolean;
  operationType?: OperationTypeNode;
  /** The first error's code. Absent when all went well. */
  errorCode?: string;
  /** Set when the whole answer is that the server could not do it now: when to try again. */
  unavailableSeconds?: number;
  /** True when the document itself was at fault, so that no operation ran. */
  documentRefused?: boolean;
}
