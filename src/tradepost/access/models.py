"""Who can get in: people's accounts, and API keys."""

from __future__ import annotations

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
    """Makes accounts."""

    def create_user(
        self, username: str, email: str = "", password: str | None = None, **more: Any
    ) -> Account:
        """Make an account; without a password nobody can sign in with it."""
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
    ) -> Account:
        """Make an admin's account, as `tradepost createsuperuser` does."""
        return self.create_user(username, email, password, role=Role.ADMIN, **more)


class Account(AbstractBaseUser):
    """Somebody who can sign in. What they may do follows from their role."""

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
    # Whom the shop knows this person as; none until they first look at their orders or buy.
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
        """What the account's role allows."""
        return ROLES[Role(self.role)]

    @property
    def is_staff(self) -> bool:
        """Whether the back office lets this person in, to look around at least."""
        return Right.READ in self.rights

    @property
    def is_superuser(self) -> bool:
        """Whether this person may do everything."""
        return Right.ADMIN in self.rights

    def has_perm(self, perm: str, _object: object = None) -> bool:
        """Return whether the back office lets this person do something with a model.

        Args:
            perm: Such as ``shop.view_product``.
        """
        app, _, act = perm.partition(".")
        if act.startswith("view_") and app in ("shop", "trading", "txn"):
            return Right.READ in self.rights
        needed = {"shop": Right.SHOP, "trading": Right.TRADE}.get(app, Right.ADMIN)
        return needed in self.rights

    def has_module_perms(self, app_label: str) -> bool:
        """Return whether an app shows up in the back office."""
        return self.has_perm(f"{app_label}.view_")


class ApiKey(models.Model):
    """A key that programs call with; the secret is shown once, and stored as its digest."""

    # Who acts, on the entries: so no two have the same, not even after one is revoked.
    name = models.CharField(max_length=KEY_NAME_MAX_LENGTH, unique=True)
    # The beginning of the secret, by which a person tells keys apart.
    prefix = models.CharField(max_length=PREFIX_LENGTH, editable=False)
    # SHA-256: a secret of 256 random bits needs no salt and no slowness.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    # Names of rights, with spaces between.
    scopes = models.CharField(max_length=40)
    # None is no limit.
    limit_per_minute = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(editable=False)
    created_by = models.CharField(max_length=64, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    # To the minute.
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        db_table = "api_key"
        verbose_name = "API key"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class SharedValue(models.Model):
    """What processes share for a while: how often somebody guessed a password.

    Django's database cache writes it, so its columns are Django's.
    """

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "shared_value"

    def __str__(self) -> str:
        return self.cache_key
