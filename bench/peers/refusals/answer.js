/** As Stipend refuses for want of room. */
export const body = JSON.stringify({
  errors: [
    {
      message: 'Too many requests at once. Try again.',
      extensions: { code: 'SERVICE_UNAVAILABLE', retryAfterSeconds: 1 },
    },
  ],
});
export const headers = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': body.length,
  'retry-after': '1',
};
