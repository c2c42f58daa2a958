import { sql } from '../database/sql.js';

/** Lines that count: of runs that are issued, and of items that were not voided. */
export const issuedLines = sql`pay_lines l
        JOIN pay_run_items i ON i.id = l.item_id
        JOIN pay_runs r ON r.id = i.pay_run_id AND r.status = 'ISSUED'
        LEFT JOIN payments y ON y.employee_id = i.employee_id AND y.id = i.payment_id`;
export const counts = sql`y.voided_at IS NULL`;
