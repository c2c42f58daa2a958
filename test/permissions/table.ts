/**
 * Who may what: every field of every object type of the schema, for each role. It is written by hand and says what must
 * be so: the tests beside it hold the built schema and the running server against it, and docs/permissions.md is made
 * of it. A field that has no line here fails the tests.
 */

/** What a request gets that asks for the field. */
export type Right =
  /** What there is, whoever it belongs to. */
  | 'allowed'
  /** What belongs to the caller. Somebody else's looks like what does not exist. */
  | 'own rows only'
  /** Always the answer to what does not exist. */
  | 'hidden'
  /** UNAUTHENTICATED for somebody who is not logged in, FORBIDDEN for everybody else. */
  | 'refused';

export const roles = ['ANONYMOUS', 'VIEWER', 'EMPLOYEE', 'ADMIN'] as const;
export type TableRole = (typeof roles)[number];

/** One right for each role, in the order of `roles`. */
export type Rights = readonly [anonymous: Right, viewer: Right, employee: Right, admin: Right];

const allowed = 'allowed';
const ownRows = 'own rows only';
const hidden = 'hidden';
const refused = 'refused';

export const table: Record<string, Record<string, Rights>> = {
  // Each line: ANONYMOUS, VIEWER, EMPLOYEE, ADMIN.
  Query: {
    auditLog: [refused, refused, refused, allowed],
    company: [refused, allowed, allowed, allowed],
    me: [refused, allowed, allowed, allowed],
    sessions: [refused, ownRows, ownRows, ownRows],
    employee: [refused, allowed, ownRows, allowed],
    employees: [refused, allowed, ownRows, allowed],
    payment: [refused, allowed, ownRows, allowed],
    payments: [refused, allowed, ownRows, allowed],
    payrollSummary: [refused, allowed, refused, allowed],
    users: [refused, allowed, refused, allowed],
    payComponents: [refused, allowed, allowed, allowed],
    payRun: [refused, allowed, refused, allowed],
    payRuns: [refused, allowed, refused, allowed],
  },
  Mutation: {
    login: [allowed, allowed, allowed, allowed],
    // The refresh token says who asks.
    refreshSession: [allowed, allowed, allowed, allowed],
    logout: [refused, allowed, allowed, allowed],
    revokeSession: [refused, ownRows, ownRows, ownRows],
    changePassword: [refused, allowed, allowed, allowed],
    createUser: [refused, refused, refused, allowed],
    editUser: [refused, refused, refused, allowed],
    editCompany: [refused, refused, refused, allowed],
    hireEmployee: [refused, refused, refused, allowed],
    terminateEmployee: [refused, refused, refused, allowed],
    rehireEmployee: [refused, refused, refused, allowed],
    editEmployee: [refused, refused, refused, allowed],
    issuePayment: [refused, refused, refused, allowed],
    voidPayment: [refused, refused, refused, allowed],
    createPayComponent: [refused, refused, refused, allowed],
    editPayComponent: [refused, refused, refused, allowed],
    archivePayComponent: [refused, refused, refused, allowed],
    setEmployeeComponent: [refused, refused, refused, allowed],
    endEmployeeComponent: [refused, refused, refused, allowed],
    draftPayRun: [refused, refused, refused, allowed],
    editPayRun: [refused, refused, refused, allowed],
    importPayRunLines: [refused, refused, refused, allowed],
    recomputePayRun: [refused, refused, refused, allowed],
    approvePayRun: [refused, refused, refused, allowed],
    reopenPayRun: [refused, refused, refused, allowed],
    issuePayRun: [refused, refused, refused, allowed],
    cancelPayRun: [refused, refused, refused, allowed],
    importFile: [refused, refused, refused, allowed],
  },

  LoginPayload: {
    token: [allowed, allowed, allowed, allowed],
    expiresAt: [allowed, allowed, allowed, allowed],
    expiresIn: [allowed, allowed, allowed, allowed],
    refreshToken: [allowed, allowed, allowed, allowed],
    refreshExpiresAt: [allowed, allowed, allowed, allowed],
    user: [allowed, allowed, allowed, allowed],
  },
  LogoutPayload: {
    revokedSessions: [refused, allowed, allowed, allowed],
  },
  CreateUserPayload: {
    user: [refused, refused, refused, allowed],
  },
  EditUserPayload: {
    user: [refused, refused, refused, allowed],
  },
  EditCompanyPayload: {
    company: [refused, refused, refused, allowed],
  },
  HireEmployeePayload: {
    employee: [refused, refused, refused, allowed],
  },
  TerminateEmployeePayload: {
    employee: [refused, refused, refused, allowed],
  },
  RehireEmployeePayload: {
    employee: [refused, refused, refused, allowed],
  },
  EditEmployeePayload: {
    employee: [refused, refused, refused, allowed],
  },
  ImportFilePayload: {
    lines: [refused, refused, refused, allowed],
    imported: [refused, refused, refused, allowed],
    alreadyThere: [refused, refused, refused, allowed],
    problems: [refused, refused, refused, allowed],
  },
  ImportProblem: {
    line: [refused, refused, refused, allowed],
    column: [refused, refused, refused, allowed],
    message: [refused, refused, refused, allowed],
  },
  VoidPaymentPayload: {
    payment: [refused, refused, refused, allowed],
  },
  IssuePaymentPayload: {
    payment: [refused, refused, refused, allowed],
    replayed: [refused, refused, refused, allowed],
  },
  CreatePayComponentPayload: {
    payComponent: [refused, refused, refused, allowed],
  },
  EditPayComponentPayload: {
    payComponent: [refused, refused, refused, allowed],
  },
  ArchivePayComponentPayload: {
    payComponent: [refused, refused, refused, allowed],
  },
  SetEmployeeComponentPayload: {
    employeeComponent: [refused, refused, refused, allowed],
  },
  EndEmployeeComponentPayload: {
    employeeComponent: [refused, refused, refused, allowed],
  },
  DraftPayRunPayload: {
    payRun: [refused, refused, refused, allowed],
  },
  EditPayRunPayload: {
    payRun: [refused, refused, refused, allowed],
  },

  // Whoever logs in is shown that one user, and what is below the payload as that user. An EMPLOYEE is shown who issued a payment, but not which employee that is.
  User: {
    id: [ownRows, allowed, allowed, allowed],
    username: [ownRows, allowed, allowed, allowed],
    role: [ownRows, allowed, allowed, allowed],
    admin: [ownRows, allowed, allowed, allowed],
    employee: [ownRows, allowed, ownRows, allowed],
    disabledAt: [ownRows, allowed, allowed, allowed],
  },
  Session: {
    id: [refused, ownRows, ownRows, ownRows],
    createdAt: [refused, ownRows, ownRows, ownRows],
    lastUsedAt: [refused, ownRows, ownRows, ownRows],
    expiresAt: [refused, ownRows, ownRows, ownRows],
    ip: [refused, ownRows, ownRows, ownRows],
    userAgent: [refused, ownRows, ownRows, ownRows],
    current: [refused, ownRows, ownRows, ownRows],
  },

  AuditEntry: {
    id: [refused, refused, refused, allowed],
    at: [refused, refused, refused, allowed],
    actor: [refused, refused, refused, allowed],
    action: [refused, refused, refused, allowed],
    subject: [refused, refused, refused, allowed],
    changes: [refused, refused, refused, allowed],
    ip: [refused, refused, refused, allowed],
    count: [refused, refused, refused, allowed],
    hash: [refused, refused, refused, allowed],
  },
  AuditChange: {
    field: [refused, refused, refused, allowed],
    before: [refused, refused, refused, allowed],
    after: [refused, refused, refused, allowed],
  },
  AuditEntryConnection: {
    edges: [refused, refused, refused, allowed],
    nodes: [refused, refused, refused, allowed],
    pageInfo: [refused, refused, refused, allowed],
    totalCount: [refused, refused, refused, allowed],
    totalCountIsExact: [refused, refused, refused, allowed],
  },
  AuditEntryEdge: {
    cursor: [refused, refused, refused, allowed],
    node: [refused, refused, refused, allowed],
  },

  // Which account salaries are paid from is nothing for an EMPLOYEE.
  Company: {
    version: [refused, allowed, allowed, allowed],
    name: [refused, allowed, allowed, allowed],
    country: [refused, allowed, allowed, allowed],
    timeZone: [refused, allowed, allowed, allowed],
    proration: [refused, allowed, allowed, allowed],
    requireSecondAdmin: [refused, allowed, allowed, allowed],
    payingAccount: [refused, allowed, hidden, allowed],
  },

  Employee: {
    id: [refused, allowed, ownRows, allowed],
    version: [refused, allowed, ownRows, allowed],
    name: [refused, allowed, ownRows, allowed],
    email: [refused, allowed, ownRows, allowed],
    title: [refused, allowed, ownRows, allowed],
    department: [refused, allowed, ownRows, allowed],
    status: [refused, allowed, ownRows, allowed],
    hiredOn: [refused, allowed, ownRows, allowed],
    terminatedOn: [refused, allowed, ownRows, allowed],
    employments: [refused, allowed, ownRows, allowed],
    salary: [refused, allowed, ownRows, allowed],
    salaryUnit: [refused, allowed, ownRows, allowed],
    salaryAt: [refused, allowed, ownRows, allowed],
    salaryHistory: [refused, allowed, ownRows, allowed],
    bankAccount: [refused, allowed, ownRows, allowed],
    components: [refused, allowed, ownRows, allowed],
    yearToDate: [refused, allowed, ownRows, allowed],
    payments: [refused, allowed, ownRows, allowed],
    createdAt: [refused, allowed, ownRows, allowed],
    updatedAt: [refused, allowed, ownRows, allowed],
  },
  Employment: {
    startedOn: [refused, allowed, ownRows, allowed],
    endedOn: [refused, allowed, ownRows, allowed],
  },
  PayrollSummaryRow: {
    key: [refused, allowed, refused, allowed],
    currency: [refused, allowed, refused, allowed],
    issued: [refused, allowed, refused, allowed],
    voided: [refused, allowed, refused, allowed],
    payments: [refused, allowed, refused, allowed],
    employees: [refused, allowed, refused, allowed],
  },
  MaskedBankAccount: {
    holder: [refused, allowed, ownRows, allowed],
    country: [refused, allowed, ownRows, allowed],
    lastFour: [refused, allowed, ownRows, allowed],
  },
  SalaryChange: {
    effectiveFrom: [refused, allowed, ownRows, allowed],
    salary: [refused, allowed, ownRows, allowed],
    unit: [refused, allowed, ownRows, allowed],
    changedBy: [refused, allowed, ownRows, allowed],
    changedAt: [refused, allowed, ownRows, allowed],
  },

  Payment: {
    id: [refused, allowed, ownRows, allowed],
    employee: [refused, allowed, ownRows, allowed],
    amount: [refused, allowed, ownRows, allowed],
    kind: [refused, allowed, ownRows, allowed],
    period: [refused, allowed, ownRows, allowed],
    note: [refused, allowed, ownRows, allowed],
    status: [refused, allowed, ownRows, allowed],
    issuedAt: [refused, allowed, ownRows, allowed],
    issuedBy: [refused, allowed, ownRows, allowed],
    payRun: [refused, allowed, hidden, allowed],
    voidedAt: [refused, allowed, ownRows, allowed],
    voidedBy: [refused, allowed, ownRows, allowed],
    voidReason: [refused, allowed, ownRows, allowed],
    replaces: [refused, allowed, ownRows, allowed],
    importReference: [refused, allowed, ownRows, allowed],
    replacedBy: [refused, allowed, ownRows, allowed],
  },

  // A pay run tells of everybody's pay.
  PayRun: {
    id: [refused, allowed, hidden, allowed],
    version: [refused, allowed, hidden, allowed],
    kind: [refused, allowed, hidden, allowed],
    reason: [refused, allowed, hidden, allowed],
    proration: [refused, allowed, hidden, allowed],
    contentHash: [refused, allowed, hidden, allowed],
    items: [refused, allowed, hidden, allowed],
    totals: [refused, allowed, hidden, allowed],
    employeeCount: [refused, allowed, hidden, allowed],
    blockers: [refused, allowed, hidden, allowed],
    warnings: [refused, allowed, hidden, allowed],
    period: [refused, allowed, hidden, allowed],
    payDate: [refused, allowed, hidden, allowed],
    status: [refused, allowed, hidden, allowed],
    draftedBy: [refused, allowed, hidden, allowed],
    approvedBy: [refused, allowed, hidden, allowed],
    approvedAt: [refused, allowed, hidden, allowed],
    issuedBy: [refused, allowed, hidden, allowed],
    issuedAt: [refused, allowed, hidden, allowed],
  },
  PayRunTotal: {
    currency: [refused, allowed, hidden, allowed],
    gross: [refused, allowed, hidden, allowed],
    deductions: [refused, allowed, hidden, allowed],
    net: [refused, allowed, hidden, allowed],
    employerCost: [refused, allowed, hidden, allowed],
    employees: [refused, allowed, hidden, allowed],
  },
  PayRunItem: {
    id: [refused, allowed, hidden, allowed],
    employee: [refused, allowed, hidden, allowed],
    lines: [refused, allowed, hidden, allowed],
    gross: [refused, allowed, hidden, allowed],
    net: [refused, allowed, hidden, allowed],
    employerCost: [refused, allowed, hidden, allowed],
    notices: [refused, allowed, hidden, allowed],
    payment: [refused, allowed, hidden, allowed],
  },
  PayLine: {
    id: [refused, allowed, hidden, allowed],
    code: [refused, allowed, hidden, allowed],
    name: [refused, allowed, hidden, allowed],
    kind: [refused, allowed, hidden, allowed],
    amount: [refused, allowed, hidden, allowed],
    source: [refused, allowed, hidden, allowed],
    period: [refused, allowed, hidden, allowed],
    units: [refused, allowed, hidden, allowed],
    rate: [refused, allowed, hidden, allowed],
    note: [refused, allowed, hidden, allowed],
  },
  PayRunNotice: {
    code: [refused, allowed, hidden, allowed],
    employee: [refused, allowed, hidden, allowed],
    message: [refused, allowed, hidden, allowed],
  },

  // What can be paid is no secret; what somebody gets is.
  PayComponent: {
    id: [refused, allowed, allowed, allowed],
    version: [refused, allowed, allowed, allowed],
    code: [refused, allowed, allowed, allowed],
    name: [refused, allowed, allowed, allowed],
    kind: [refused, allowed, allowed, allowed],
    prorated: [refused, allowed, allowed, allowed],
    ledgerAccount: [refused, allowed, allowed, allowed],
    archivedAt: [refused, allowed, allowed, allowed],
  },
  EmployeeComponent: {
    id: [refused, allowed, ownRows, allowed],
    component: [refused, allowed, ownRows, allowed],
    effectiveFrom: [refused, allowed, ownRows, allowed],
    effectiveTo: [refused, allowed, ownRows, allowed],
    amount: [refused, allowed, ownRows, allowed],
    percent: [refused, allowed, ownRows, allowed],
    percentOf: [refused, allowed, ownRows, allowed],
    rate: [refused, allowed, ownRows, allowed],
    cap: [refused, allowed, ownRows, allowed],
    capPer: [refused, allowed, ownRows, allowed],
    priority: [refused, allowed, ownRows, allowed],
  },
  ComponentTotal: {
    code: [refused, allowed, ownRows, allowed],
    name: [refused, allowed, ownRows, allowed],
    kind: [refused, allowed, ownRows, allowed],
    amount: [refused, allowed, ownRows, allowed],
  },

  Money: {
    amount: [refused, allowed, ownRows, allowed],
    currency: [refused, allowed, ownRows, allowed],
  },
  Period: {
    start: [refused, allowed, ownRows, allowed],
    end: [refused, allowed, ownRows, allowed],
  },

  EmployeeConnection: {
    edges: [refused, allowed, ownRows, allowed],
    nodes: [refused, allowed, ownRows, allowed],
    pageInfo: [refused, allowed, ownRows, allowed],
    totalCount: [refused, allowed, ownRows, allowed],
    totalCountIsExact: [refused, allowed, ownRows, allowed],
  },
  EmployeeEdge: {
    cursor: [refused, allowed, ownRows, allowed],
    node: [refused, allowed, ownRows, allowed],
  },
  PaymentConnection: {
    edges: [refused, allowed, ownRows, allowed],
    nodes: [refused, allowed, ownRows, allowed],
    pageInfo: [refused, allowed, ownRows, allowed],
    totalCount: [refused, allowed, ownRows, allowed],
    totalCountIsExact: [refused, allowed, ownRows, allowed],
  },
  PaymentEdge: {
    cursor: [refused, allowed, ownRows, allowed],
    node: [refused, allowed, ownRows, allowed],
  },
  SalaryChangeConnection: {
    edges: [refused, allowed, ownRows, allowed],
    nodes: [refused, allowed, ownRows, allowed],
    pageInfo: [refused, allowed, ownRows, allowed],
    totalCount: [refused, allowed, ownRows, allowed],
    totalCountIsExact: [refused, allowed, ownRows, allowed],
  },
  SalaryChangeEdge: {
    cursor: [refused, allowed, ownRows, allowed],
    node: [refused, allowed, ownRows, allowed],
  },
  UserConnection: {
    edges: [refused, allowed, refused, allowed],
    nodes: [refused, allowed, refused, allowed],
    pageInfo: [refused, allowed, refused, allowed],
    totalCount: [refused, allowed, refused, allowed],
    totalCountIsExact: [refused, allowed, refused, allowed],
  },
  UserEdge: {
    cursor: [refused, allowed, refused, allowed],
    node: [refused, allowed, refused, allowed],
  },
  PayRunConnection: {
    edges: [refused, allowed, hidden, allowed],
    nodes: [refused, allowed, hidden, allowed],
    pageInfo: [refused, allowed, hidden, allowed],
    totalCount: [refused, allowed, hidden, allowed],
    totalCountIsExact: [refused, allowed, hidden, allowed],
  },
  PayRunEdge: {
    cursor: [refused, allowed, hidden, allowed],
    node: [refused, allowed, hidden, allowed],
  },
  PayRunItemConnection: {
    edges: [refused, allowed, hidden, allowed],
    nodes: [refused, allowed, hidden, allowed],
    pageInfo: [refused, allowed, hidden, allowed],
    totalCount: [refused, allowed, hidden, allowed],
    totalCountIsExact: [refused, allowed, hidden, allowed],
  },
  PayRunItemEdge: {
    cursor: [refused, allowed, hidden, allowed],
    node: [refused, allowed, hidden, allowed],
  },
  PayRunNoticeConnection: {
    edges: [refused, allowed, hidden, allowed],
    nodes: [refused, allowed, hidden, allowed],
    pageInfo: [refused, allowed, hidden, allowed],
    totalCount: [refused, allowed, hidden, allowed],
    totalCountIsExact: [refused, allowed, hidden, allowed],
  },
  PayRunNoticeEdge: {
    cursor: [refused, allowed, hidden, allowed],
    node: [refused, allowed, hidden, allowed],
  },
  PageInfo: {
    hasNextPage: [refused, allowed, ownRows, allowed],
    hasPreviousPage: [refused, allowed, ownRows, allowed],
    startCursor: [refused, allowed, ownRows, allowed],
    endCursor: [refused, allowed, ownRows, allowed],
  },
};
