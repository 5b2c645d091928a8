package ostler.vfio;

import ostler.inventory.Tenant;

/**
 * That a tenant may have a unit.
 *
 * @param closing whether it is being taken back: the tenant may go on, and may not start again
 */
record Permission(Tenant tenant, boolean closing) {

  Permission closed() {
    return new Permission(tenant, true);
  }

  Permission reopened() {
    return new Permission(tenant, false);
  }
}
