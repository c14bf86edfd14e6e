# Made by a recipe. Do not edit.

ARG REVISION=unknown

FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm \
    npm ci
COPY . .
RUN npm run build

FROM node:20-bookworm-slim
RUN ["apt-get", "install", "-y", "curl"]
COPY --from=build /app /app
ARG REVISION
LABEL org.opencontainers.image.revision=$REVISION
ENV PORT=8080 \
    NODE=20
EXPOSE 8080
CMD ["node", "/app/dist/index.js"]
