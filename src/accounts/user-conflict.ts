import { databaseFault } from '../database/database-errors.js';
import { AppError } from '../values/app-error.js';

/** @returns the AppError for a violated constraint of users, or the error itself */
export function asUserConflict(error: unknown): unknown {
  switch (databaseFault(error)?.constraint) {
    case 'users_username_key_key':
      return new AppError('CONFLICT', 'There is a user of this name, or of one that looks like it.', {
        field: 'username',
        cause: error,
      });
    case 'users_employee_id_key':
      return new AppError('CONFLICT', 'Another user is this employee.', {
        field: 'employeeId',
        cause: error,
      });
    case 'users_employee_id_fkey':
      return new AppError('NOT_FOUND', 'There is no such employee.', { field: 'employeeId', cause: error });
    default:
      return error;
  }
}
