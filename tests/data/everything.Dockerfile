# syntax=docker/dockerfile:1-labs
# escape=\
# check=skip=JSONArgsRecommended,StageNameCasing;error=true;experimental=all

# Everything that a file can say.
#
# Twice.

# what FROM can use
ARG NODE_VERSION=22 \
    ALPINE

# REVISION what is built

ARG REVISION

# the tools
# check=skip=all
# tools what the build needs
# and more about it
FROM --platform=$BUILDPLATFORM node:${NODE_VERSION} AS tools
MAINTAINER Somebody <some@body.example>
ARG REVISION
ARG A=1 B="two words"
ENV PATH="/opt/bin:$PATH" \
    PRICE="\$5 off" \
    BRACE=${A:-"}"} \
    SUM="\$B$A"
ENV $A=1
LABEL org.opencontainers.image.source=https://example.com/repo
LABEL a=1 a=2
SHELL ["/bin/bash", "-eu", "-c"]
USER 1000:1000
WORKDIR /srv/my app
VOLUME ["/data", "/more data"]
VOLUME /one
EXPOSE 8080 53/udp 9000-9002
EXPOSE 80
EXPOSE 99999
STOPSIGNAL SIGQUIT
STOPSIGNAL 9

FROM alpine:${ALPINE}

FROM scratch AS empty

FROM tools AS build
COPY . .
COPY --from=tools --chown=app:$A --chmod=0755 --link --parents --exclude=*.md --exclude=!README.md a b /srv/
COPY --from=busybox:1.37 /bin/busybox /bin/
COPY --from=1 /etc/os-release /
COPY ["\"what[\\\\?].txt\"", "a b", "/srv/"]
COPY <<EOF <<"two.txt" /srv/
from $A
EOF
plain
two.txt
ADD --checksum=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 --chown=1 --chmod=u+x --link https://example.com/a /
ADD --keep-git-dir --unpack=false --exclude=x https://github.com/moby/buildkit.git#v0.10.1 /src
RUN npm ci
RUN \
    apt-get install \
        curl
RUN ["npm", "ci"]
RUN --network=none --security=insecure --device=vendor.com/gpu=all,required --device=x \
    --mount=type=bind,from=tools,source=/a,target=/b,readwrite \
    --mount=type=cache,id=npm,target=/root/.npm,sharing=locked,mode=0700,uid=1000,gid=$A,readonly \
    --mount=type=tmpfs,target=/tmp,size=64m \
    --mount=type=secret,id=token,env=TOKEN,required=true \
    --mount=type=ssh \
    --mount=type=cache,sharing=nope,target=/x \
    make
RUN apt-get update \
    # comes out behind the first break
    && apt-get install -y \
        curl \
    # and this behind the third
    && true
RUN echo a; \
    echo b
RUN <<EOF
set -e
make
EOF
RUN <<SCRIPT
EOF
SCRIPT
RUN cat <<ONE > /one && cat <<TWO > /two
1
ONE
2
TWO
RUN []
HEALTHCHECK --interval=1m30s --timeout=3s --start-period=5s --start-interval=500ms --retries=3 \
    CMD curl -f http://localhost/
HEALTHCHECK CMD ["/probe"]
HEALTHCHECK NONE
ONBUILD COPY --from=tools /a /b
ONBUILD run  x  \
  y
ONBUILD RUN <<EOF
make
EOF
ONBUILD RUNN this is no instruction
ENTRYPOINT ["node"]
ENTRYPOINT exec node
CMD []
CMD node server.js

# at the end
