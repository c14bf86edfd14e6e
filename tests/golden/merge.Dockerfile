# syntax=docker/dockerfile:1

# Merged from other files. Targets: api, web.

ARG RUST_VERSION=1.86
ARG BIN=app

FROM rust:${RUST_VERSION}-slim-bookworm AS api-chef
RUN --mount=type=cache,id=cargo-registry,target=/usr/local/cargo/registry \
    cargo install cargo-chef --version 0.1.71 --locked
WORKDIR /src

FROM api-chef AS api-planner
COPY . .
RUN cargo chef prepare --recipe-path recipe.json

FROM api-chef AS api-builder
ARG BIN
COPY --from=api-planner /src/recipe.json recipe.json
RUN --mount=type=cache,id=cargo-registry,target=/usr/local/cargo/registry,sharing=locked \
    cargo chef cook --release --locked --recipe-path recipe.json
COPY . .
RUN --mount=type=cache,id=cargo-registry,target=/usr/local/cargo/registry,sharing=locked \
    cargo build --release --locked --bin ${BIN} \
    && install -D target/release/${BIN} /out/app

FROM gcr.io/distroless/cc-debian12:nonroot AS api
COPY --from=api-builder --link /out/app /usr/local/bin/app
ENTRYPOINT ["/usr/local/bin/app"]

FROM node:22-alpine AS web-build
WORKDIR /site
COPY package.json package-lock.json ./
RUN --mount=type=cache,id=npm,target=/root/.npm \
    npm ci
COPY . .
RUN npm run build

FROM nginxinc/nginx-unprivileged:1.27-alpine AS web
COPY <<"EOF" /etc/nginx/conf.d/default.conf
server {
    listen 8080;
    root /usr/share/nginx/html;
    location / {
        try_files $uri $uri/ /index.html;
    }
    location /assets/ {
        add_header Cache-Control "public, max-age=31536000, immutable";
    }
}
EOF

COPY --from=web-build --link /site/dist /usr/share/nginx/html
EXPOSE 8080
