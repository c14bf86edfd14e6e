# syntax=docker/dockerfile:1

FROM arm64v8/python:3.13-bookworm AS deps
WORKDIR /src
COPY requirements.txt ./
RUN --mount=type=cache,id=pip-3.13-full-arm64v8,target=/root/.cache/pip \
    pip install --prefix=/deps -r requirements.txt

FROM arm64v8/python:3.13-bookworm AS runtime
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        build-essential \
        libpq-dev \
        tini \
    && rm -rf /var/lib/apt/lists/*
COPY --from=deps --link /deps /usr/local
WORKDIR /app
COPY . .
RUN useradd --system --uid 10001 --create-home app
USER app
ENTRYPOINT ["tini", "--", "python", "-m", "acme"]
