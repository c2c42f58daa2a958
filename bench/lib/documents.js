/** The documents that clients send, the same ones to every server that has Stipend's schema. */
export const documents = {
  trivial: '{ __typename }',

  employee: `query Employee($id: ID!) {
  employee(id: $id) { id name title department status salary { amount currency } email }
}`,

  payments: `query Payments($id: ID!, $after: String) {
  employee(id: $id) {
    payments(first: 50, after: $after) {
      nodes { id amount { amount currency } kind period { start end } issuedAt status }
      pageInfo { hasNextPage endCursor }
    }
  }
}`,

  team: `query Team($after: String) {
  employees(first: 20, after: $after) {
    nodes { id name payments(first: 10) { nodes { id amount { amount currency } kind issuedAt issuedBy { username } } } }
    pageInfo { hasNextPage endCursor }
  }
}`,

  issuePayment: `mutation IssuePayment($input: IssuePaymentInput!) {
  issuePayment(input: $input) {
    payment { id amount { amount currency } kind note status issuedAt }
    replayed
  }
}`,
};
