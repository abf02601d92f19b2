"""Django's MySQL backend with credentials from Secrets Manager (`ENGINE = "config.mysql"`)."""
