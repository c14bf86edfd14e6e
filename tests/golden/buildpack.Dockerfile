FROM node:22-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm \
    npm ci
COPY . ./
RUN npm run build \
    && npm prune --omit=dev

FROM node:22-bookworm-slim
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates openssl \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app /app
ENV NODE_ENV=production \
    PRICE="from \$5, \"or\" less"
ENTRYPOINT ["/bin/bash", "-l", "-c"]
CMD ["grep -qE '^v\\d+' VERSION && node server.js"]
