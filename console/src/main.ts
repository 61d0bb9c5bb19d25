import { createPinia } from 'pinia';
import { createApp } from 'vue';
import './look/element.js';
import App from './shell/App.vue';
import { router } from './shell/router.js';

createApp(App).use(createPinia()).use(router).mount('#app');
