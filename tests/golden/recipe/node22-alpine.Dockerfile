# Made by a recipe. Do not edit.

ARG REVISION=unknown

FROM node:22-alpine AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm \
    npm ci
COPY . .
RUN npm run build

FROM node:22-alpine
RUN ["apk", "add", "curl"]
COPY --from=build /app /app
ARG REVISION
LABEL org.opencontainers.image.revision=$REVISION
ENV PORT=3000 \
    NODE=22
EXPOSE 3000
CMD ["node", "/app/dist/index.js"]
