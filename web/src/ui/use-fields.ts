import { useState } from 'react';

/** What a form holds, and the properties that tie a field to it. */
export function useFields<Values extends Record<string, string>>(initial: Values | (() => Values)) {
  const [values, setValues] = useState(initial);
  const set = (change: Partial<Values>) => setValues((old) => ({ ...old, ...change }));
  const bind = (name: keyof Values & string) => ({
    value: values[name],
    onChange: ({ currentTarget }: { currentTarget: { value: string } }) =>
      setValues((old) => ({ ...old, [name]: currentTarget.value })),
  });
  return { values, set, bind };
}
