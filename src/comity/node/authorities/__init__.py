"""Who acts: authorities (this node's own and its partners), their keys, their officers."""

from __future__ import annotations

from comity.node.authorities.directory import (
    add_partner,
    descriptor,
    found,
    local_authorities,
    partner,
    partners_of,
    stand_in,
)
from comity.node.authorities.keys import (
    KEY_LIFETIME,
    confirm_key,
    current_keys,
    private_keys,
    renew_keys,
    revoke_key,
    trust_list,
)
from comity.node.authorities.models import (
    NODE_ROLE,
    ROLES,
    Authority,
    Identity,
    Membership,
    Officer,
    PublicKey,
    Team,
    Token,
)
from comity.node.authorities.officers import (
    actor_names,
    assign_roles,
    colleagues,
    end_sign_in,
    enrol,
    make_token,
    revoke_token,
    tokens,
)

__all__ = [
    "KEY_LIFETIME", "NODE_ROLE", "ROLES", "Authority", "Identity", "Membership", "Officer", "PublicKey",
    "Team", "Token", "actor_names", "add_partner", "assign_roles", "colleagues", "confirm_key",
    "current_keys", "descriptor", "end_sign_in", "enrol", "found", "local_authorities", "make_token",
    "partner", "partners_of", "private_keys", "renew_keys", "revoke_key", "revoke_token", "stand_in",
    "tokens", "trust_list",
]  # fmt: skip
