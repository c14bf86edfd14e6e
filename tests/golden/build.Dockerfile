ARG NODE_VERSION=20

FROM node:${NODE_VERSION} AS app
WORKDIR /app
COPY package*.json ./
RUN --mount=type=secret,id=npmrc,target=/root/.npmrc,required=true \
    npm ci
COPY --from=assets . ./assets/
RUN npm pkg set 'description=It'\''s "two" words'
