# syntax=docker/dockerfile:1

FROM arm64v8/python:3.13-alpine AS deps
RUN apk add --no-cache build-base libpq-dev
WORKDIR /src
COPY requirements.txt ./
RUN --mount=type=cache,id=pip-3.13-alpine-arm64v8,target=/root/.cache/pip \
    pip install --prefix=/deps -r requirements.txt

FROM arm64v8/python:3.13-alpine AS runtime
RUN apk add --no-cache libpq tini
COPY --from=deps --link /deps /usr/local
WORKDIR /app
COPY . .
RUN adduser -S -u 10001 app
USER app
ENTRYPOINT ["tini", "--", "python", "-m", "acme"]
