.PHONY: setup run test check fix shots

setup:
	@scripts/setup

run: setup
	@.venv/bin/python manage.py serve

test: setup
	@scripts/test

check: setup
	@scripts/check

fix: setup
	@scripts/fix

shots: setup
	@scripts/shots
