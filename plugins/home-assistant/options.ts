/** Options of the `home-assistant` section. */
export interface HomeAssistantOptions {
  /** Topic below which Home Assistant looks for devices; default `homeassistant` */
  prefix?: string;
  /** What all identifiers of this house begin with, unique in Home Assistant; default: the topic of `mqtt` */
  node?: string;
  /** Address of this house as Home Assistant's users reach it, shown with each device; default: that of the REST API */
  url?: string;
}

declare module 'evcc' {
  interface PluginSections {
    /** Announces everything to Home Assistant, over `mqtt` */
    'home-assistant': HomeAssistantOptions;
  }
}
