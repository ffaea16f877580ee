# The portal, the daemon and the commands: one image, three commands (see compose.yaml).
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
COPY requirements.lock ./
RUN python -m venv .venv \
    && .venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements.lock
COPY wsgi.py gunicorn.conf.py ./
COPY portal portal
COPY daemon daemon
COPY templates templates
COPY static static
RUN .venv/bin/python -m portal.web.languages.catalogs --compile \
    && .venv/bin/python -m compileall -q portal daemon

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin portal \
    && install --directory --owner portal --mode 0700 /app/var
WORKDIR /app
COPY --from=build /app /app
# Only the proxy reaches the port; see compose.yaml.
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    GUNICORN_CMD_ARGS="--bind 0.0.0.0:8000"
USER 10001
VOLUME /app/var
EXPOSE 8000
CMD ["gunicorn", "wsgi:app"]
