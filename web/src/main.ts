// SPDX-License-Identifier: Apache-2.0
import { createApp } from 'vue';
import { startAddress } from './address';
import App from './App.vue';
import { startLanguage } from './i18n';
import { startTheme } from './theme';
import './styles/tokens.css';
import './styles/base.css';

startAddress();
startLanguage();
startTheme();
createApp(App).mount('#app');
