# syntax=docker/dockerfile:1

FROM amd64/python:3.14-alpine AS deps
RUN apk add --no-cache build-base libpq-dev
WORKDIR /src
COPY requirements.txt ./
RUN --mount=type=cache,id=pip-3.14-alpine-amd64,target=/root/.cache/pip \
    pip install --prefix=/deps -r requirements.txt

FROM amd64/python:3.14-alpine AS runtime
RUN apk add --no-cache libpq tini
COPY --from=deps --link /deps /usr/local
WORKDIR /app
COPY . .
RUN adduser -S -u 10001 app
USER app
ENTRYPOINT ["tini", "--", "python", "-m", "acme"]
