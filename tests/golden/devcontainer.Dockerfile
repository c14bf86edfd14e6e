# First stage: build
FROM node:18 AS builder
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install
COPY . .
RUN npm run build

# Second stage: production
FROM node:18-alpine AS devcontainer-base
WORKDIR /app
COPY --from=builder /app/dist ./dist
COPY --from=builder /app/node_modules ./node_modules
CMD ["node", "dist/index.js"]

# Added for development; the stages above are as they were.
FROM devcontainer-base AS devcontainer
# fragment tools
RUN apk add --no-cache \
    git \
    less \
    openssh-client \
    procps
# end of fragment tools
CMD ["sleep", "infinity"]
