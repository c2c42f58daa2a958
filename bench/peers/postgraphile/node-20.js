// PostGraphile 5 asks for Node 22; of what that has over Node 20, this is all that it uses here.
Promise.withResolvers ??= () => {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => Object.assign(parts, { resolve, reject }));
  return parts;
};
