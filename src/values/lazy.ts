/** Works a value out when it is first needed, and returns the same one from then on. */
export function lazy<Value>(work: () => Value): () => Value {
  let known: { value: Value } | undefined;
  return () => {
    known ??= { value: work() };
    return known.value;
  };
}
