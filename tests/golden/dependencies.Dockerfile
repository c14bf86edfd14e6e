# zip-1-0-0-1 Archives.
FROM rust:1.90 AS zip-1-0-0-1
ADD --checksum=sha256:0000000000000000000000000000000000000000000000000000000000000bbf https://static.crates.io/crates/zip/1.0.0+1/download /src/package.tar.gz
RUN build-crate zip 1.0.0+1

# RUN curl https://example.com/install.sh | sh
# zip-1-0-0-1.2 Archives, before the release.
FROM rust:1.90 AS zip-1-0-0-1.2
ADD --checksum=sha256:0000000000000000000000000000000000000000000000000000000000000bbf https://static.crates.io/crates/zip/1.0.0-1/download /src/package.tar.gz
RUN build-crate zip 1.0.0-1

# app-0-1-0 The program.
FROM rust:1.90 AS app-0-1-0
ADD --checksum=sha256:0000000000000000000000000000000000000000000000000000000000000bbd https://static.crates.io/crates/app/0.1.0/download /src/package.tar.gz
RUN --mount=type=bind,from=zip-1-0-0-1,source=/out,target=/deps/zip-1-0-0-1 \
    --mount=type=bind,from=zip-1-0-0-1.2,source=/out,target=/deps/zip-1-0-0-1.2 \
    build-crate app 0.1.0

FROM debian:12-slim
COPY --from=app-0-1-0 /out/ /usr/local/bin/
