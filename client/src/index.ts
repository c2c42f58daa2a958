export type { Done } from './answers.js';
export { StipendClient } from './client.js';
export type { TypedDocument } from './documents.js';
export {
  type AnswerError,
  type AnyStipendError,
  type ErrorCode,
  type ErrorExtensions,
  isStipendError,
  StipendError,
} from './errors.js';
export type { Answer, GraphQLRequest, RetryOptions } from './http.js';
export type { PendingMutation, PendingStore } from './keys.js';
export {
  addMoney,
  compareDecimals,
  compareMoney,
  currencyDigits,
  formatMoney,
  type Money,
  subtractMoney,
} from './money.js';
export type { ClientOptions, OperationArguments, OperationOptions, Resumed } from './options.js';
export { type LoggedIn, ownDocuments } from './own-documents.js';
export { type Currency, currency, type Day, type Decimal, day, decimal, formatDay } from './scalars.js';
export type { OnSessionOver, SessionOver } from './session-end.js';
export { type Claims, memoryStore, type TokenStore, type Tokens } from './tokens.js';
