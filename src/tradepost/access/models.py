"""Accounts of people, and API keys of programs."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone

from tradepost.access.rights import ROLES, Right, Rights, Role

USERNAME_MAX_LENGTH = 50
KEY_NAME_MAX_LENGTH = 50
PREFIX_LENGTH = 8


class Accounts(BaseUserManager["Account"]):
    """Creates accounts."""

    def create_user(
        self, username: str, email: str = "", password: str | None = None, **more: Any
    ) -> "Account":
        """Create an account; without a password nobody can sign in with it."""
        account = self.model(
            username=self.model.normalize_username(username),
            email=self.normalize_email(email),
            **more,
        )
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(
        self, username: str, email: str = "", password: str | None = None, **more: Any
    ) -> "Account":
        """Create an admin's account, for `tradepost createsuperuser`."""
        return self.create_user(username, email, password, role=Role.ADMIN, **more)


class Account(AbstractBaseUser):
    """An account that can sign in. Its rights follow from its role."""

    username = models.CharField(
        max_length=USERNAME_MAX_LENGTH,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": "This username is taken."},
    )
    email = models.EmailField(blank=True, default="")
    role = models.CharField(
        max_length=8,
        choices=[(role.value, role.value.capitalize()) for role in Role],
        default=Role.CUSTOMER.value,
    )
    # The account's customer in the shop; registered when the account first needs one.
    customer_id = models.BigIntegerField(null=True, blank=True, unique=True)
    is_active = models.BooleanField("can sign in", default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[Accounts] = Accounts()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]

    class Meta:
        db_table = "account"

    def __str__(self) -> str:
        return self.username

    @property
    def rights(self) -> Rights:
        return ROLES[Role(self.role)]

    @property
    def is_staff(self) -> bool:
        """Whether the account may enter the back office, if only to read."""
        return Right.READ in self.rights

    @property
    def is_superuser(self) -> bool:
        return Right.ADMIN in self.rights

    def has_perm(self, perm: str, _object: object = None) -> bool:
        """Return whether the account may do something with a model in the back office.

        Args:
            perm: Such as ``shop.view_product``.
        """
        app, _, act = perm.partition(".")
        if act.startswith("view_") and app in ("shop", "trading", "txn"):
            return Right.READ in self.rights
        needed = {"shop": Right.SHOP, "trading": Right.TRADE}.get(app, Right.ADMIN)
        return needed in self.rights

    def has_module_perms(self, app_label: str) -> bool:
        return self.has_perm(f"{app_label}.view_")


class ApiKey(models.Model):
    """An API key. Its secret is shown once; only the digest is stored."""

    # The actor on ledger entries, so it stays unique after the key is revoked.
    name = models.CharField(max_length=KEY_NAME_MAX_LENGTH, unique=True)
    # The beginning of the secret, which helps people tell keys apart.
    prefix = models.CharField(max_length=PREFIX_LENGTH, editable=False)
    # SHA-256: a secret of 256 random bits needs neither a salt nor a slow hash.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    # Names of rights, separated by spaces.
    scopes = models.CharField(max_length=40)
    # None means no limit.
    limit_per_minute = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(editable=False)
    created_by = models.CharField(max_length=64, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    # Accurate to a minute; see `key_usage`.
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        db_table = "api_key"
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class SharedValue(models.Model):
    """A short-lived value that processes share, such as the number of failed logins.

    Django's database cache writes it and dictates its columns.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "shared_value"

    def __str__(self) -> str:
        return self.cache_key
