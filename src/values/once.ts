/** Works something out when it is asked for first, and answers the same from then on. */
export function onceAsked<Value>(work: () => Value): () => Value {
  let known: { value: Value } | undefined;
  return () => {
    known ??= { value: work() };
    return known.value;
  };
}
