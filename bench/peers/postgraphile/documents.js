// PostGraphile names things by the tables' names. Aliases give its answers the shape of the others'.

export const documents = {
  trivial: '{ __typename }',

  employee: `query Employee($id: UUID!) {
  employee: employeeByRowId(rowId: $id) {
    id: rowId name title department status salary { amount currency } email
  }
}`,

  payments: `query Payments($id: UUID!, $after: Cursor) {
  employee: employeeByRowId(rowId: $id) {
    payments: paymentsByEmployeeId(first: 50, after: $after, orderBy: [ISSUED_AT_DESC, ROW_ID_DESC]) {
      nodes { id: rowId amount { amount currency } kind period { start end } issuedAt status }
      pageInfo { hasNextPage endCursor }
    }
  }
}`,

  team: `query Team($after: Cursor) {
  employees: allEmployees(first: 20, after: $after, orderBy: [PRIMARY_KEY_ASC]) {
    nodes {
      id: rowId
      name
      payments: paymentsByEmployeeId(first: 10, orderBy: [ISSUED_AT_DESC, ROW_ID_DESC]) {
        nodes { id: rowId amount { amount currency } kind issuedAt issuedBy: userByIssuedBy { username } }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}`,

  issuePayment: `mutation IssuePayment($input: IssuePaymentInput!) {
  issuePayment(input: $input) {
    result {
      payment { id: rowId amount { amount currency } kind note status issuedAt }
      replayed
    }
  }
}`,
};

/** What is left of the difference: a mutation's result stands one level deeper, and instants are written in another way. */
export function adapt(data) {
  const { result } = data.issuePayment ?? {};
  return withInstants(result ? { issuePayment: result } : data);
}

function withInstants(data) {
  return JSON.parse(JSON.stringify(data), (key, value) =>
    key === 'issuedAt' ? new Date(value).toISOString() : value,
  );
}
