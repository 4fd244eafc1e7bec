// Made from firmware-contracts/registry/quantities.yaml by `npm run generate`; do not edit.
export const QUANTITIES = [
	{"id":1,"name":"airTemperature","unit":"°C","scale":100,"min":-60,"max":150,"zh":"气温"},
	{"id":2,"name":"relativeHumidity","unit":"%","scale":10,"min":0,"max":100,"zh":"湿度"},
	{"id":3,"name":"smoke","unit":"ppm","scale":1,"min":0,"max":100000,"zh":"烟雾"},
	{"id":4,"name":"carbonMonoxide","unit":"ppm","scale":10,"min":0,"max":10000,"zh":"一氧化碳"},
	{"id":5,"name":"flameInfrared","unit":"%","scale":10,"min":0,"max":100,"zh":"火焰红外"},
	{"id":6,"name":"batteryVoltage","unit":"V","scale":1000,"min":0,"max":60,"zh":"电池"},
	{"id":7,"name":"windSpeed","unit":"m/s","scale":10,"min":0,"max":90,"zh":"风速"},
	{"id":8,"name":"windDirection","unit":"°","scale":1,"min":0,"max":360,"zh":"风向"},
];
