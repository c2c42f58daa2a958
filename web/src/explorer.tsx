import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';
import { client } from './api.js';
import './ui/tokens.css';
import 'graphiql/graphiql.css';
import './explorer.css';

/** The API explorer: a page of its own, since GraphiQL needs another policy, and is large. */
function Explorer() {
  return (
    <GraphiQL
      fetcher={async ({ query, variables, operationName }) => {
        const { data, errors } = await client.execute({
          query,
          ...(variables && { variables }),
          ...(operationName && { operationName }),
        });
        return { data, ...(errors && { errors }) };
      }}
    />
  );
}

const place = document.getElementById('explorer');
if (place) createRoot(place).render(<Explorer />);
